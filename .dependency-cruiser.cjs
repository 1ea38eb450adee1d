/**
 * The borders of ARCHITECTURE.md. `model`, `contract` and `codec` are pure; `ros`, `cache`, `upload`, `config`, `live`
 * and `originals` are siblings that meet only in the engine; the renderer sees nothing but words and contracts.
 */
const sibling = (name, others) => ({
  name: `${name}-knows-no-sibling`,
  severity: 'error',
  from: { path: `^main/${name}/` },
  to: { path: `^main/(${others.join('|')})/` },
});

const siblings = ['ros', 'cache', 'upload', 'config', 'live', 'originals', 'export', 'cli', 'localcloud', 'engine'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
    {
      name: 'engine-imports-neither-electron-nor-react',
      severity: 'error',
      from: { path: '^main/' },
      to: { path: '^(electron/|renderer/|e2e/)|node_modules/(electron|react|react-dom|@mantine)/' },
    },
    {
      // Regular expressions are part of what words mean: re2js is plain JavaScript, alike in the page and in Node.
      name: 'model-is-pure',
      severity: 'error',
      from: { path: '^main/model/' },
      to: { pathNot: '^main/model/|node_modules/re2js/' },
    },
    {
      name: 'contract-knows-model-and-zod',
      severity: 'error',
      from: { path: '^main/contract/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^main/(model|contract)/|node_modules/zod/' },
    },
    {
      name: 'seams-know-the-model',
      severity: 'error',
      from: { path: '^main/seams/' },
      to: { pathNot: '^main/(model|seams)/' },
    },
    {
      // What a robot file's text means: the page's form and editor and the engine use the same code.
      name: 'robot-text-is-pure',
      severity: 'error',
      from: { path: '^main/config/text/', pathNot: '\\.test(-support)?\\.ts$' },
      to: { pathNot: '^main/(model|config/text)/|node_modules/yaml/' },
    },
    {
      name: 'codec-is-pure',
      severity: 'error',
      from: { path: '^main/codec/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^main/(model|codec)/|node_modules/@foxglove/' },
    },
    ...siblings.slice(0, 7).map((name) =>
      sibling(
        name,
        siblings.filter((other) => other !== name && !(name === 'upload' && other === 'localcloud')),
      ),
    ),
    {
      name: 'local-cloud-is-imported-in-tests-only',
      severity: 'error',
      from: { path: '^main/(upload|engine)/', pathNot: '\\.test(-support)?\\.ts$' },
      to: { path: '^main/localcloud/' },
    },
    sibling(
      'localcloud',
      siblings.filter((other) => other !== 'localcloud'),
    ),
    {
      name: 'page-sees-words-and-contracts-only',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.config\\.ts$' },
      to: { path: '^(main/(?!model/|contract/|config/text/)|electron/|e2e/)' },
    },
    {
      name: 'page-has-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '\\.config\\.ts$|\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-is-thin',
      severity: 'error',
      from: { path: '^electron/' },
      to: { path: '^main/(ros|cache|upload|live|originals|cli)/|^renderer/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(build|\\.cache)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cts'],
    },
  },
};
