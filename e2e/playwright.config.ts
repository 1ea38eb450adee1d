import { defineConfig } from '@playwright/test';

// The AWS SDK warns of Node 20's end once a process; it is the same sentence in every test.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** One worker: the tests start real robots, real clouds and the real app, and this often runs on two cores. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: 'results/artifacts',
  globalSetup: './globalSetup.config.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  // No test judges speed: these are for what would never end, on a slow and busy machine too.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: 'results/report.json' }]],
});
