import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount, formatCountShort, formatRate } from '../format/formatCount.js';
import { setPage, usePage } from '../stores/pageStore.js';
import type { RowRing } from '../stores/RowRing.js';
import { toggleTerm } from './logActions.js';
import { type ArrivalSample, buildNodeTree, type NodeBranch, nodeRule, ruleOf } from './nodeTree.js';

const refreshMs = 1000;
/** Rates are means over the last so many refreshes. */
const rateSamples = 10;

/** Who speaks: namespaces and nodes with how much and how badly, and one key to hear only these or not these. */
export function NodeTree() {
  const tree = useNodeTree();
  const terms = usePage((page) => page.filterTerms);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setWanted] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const shown = visibleBranches(tree, closed, 1);
  const current = shown.find(({ branch }) => branch.path === wanted) ?? shown[0];

  const setOpen = (path: string, open: boolean): void => {
    setClosed((before) => {
      const next = new Set(before);
      if (open) next.delete(path);
      else next.add(path);
      return next;
    });
  };
  const go = (by: number): void => {
    const index = shown.findIndex((row) => row === current);
    const next = shown[Math.max(0, Math.min(shown.length - 1, index + by))];
    if (next === undefined) return;
    setWanted(next.branch.path);
    box.current?.querySelector(`[data-path="${CSS.escape(next.branch.path)}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (current === undefined || event.ctrlKey || event.metaKey) return;
    const { branch } = current;
    const isOpen = branch.children.length > 0 && !closed.has(branch.path);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => {
        go(1);
      },
      ArrowUp: () => {
        go(-1);
      },
      Home: () => {
        go(-shown.length);
      },
      End: () => {
        go(shown.length);
      },
      ArrowRight: () => {
        if (branch.children.length > 0 && !isOpen) setOpen(branch.path, true);
        else go(1);
      },
      ArrowLeft: () => {
        if (isOpen) setOpen(branch.path, false);
        else if (current.parent !== null) setWanted(current.parent);
      },
      s: () => {
        toggleTerm(nodeRule(branch.path, false));
      },
      Enter: () => {
        toggleTerm(nodeRule(branch.path, false));
      },
      m: () => {
        toggleTerm(nodeRule(branch.path, true));
      },
      Escape: closeTree,
      n: closeTree,
    };
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  return (
    <section className="node-tree" aria-label="Nodes" data-testid="node-tree">
      <div className="node-tree-head">
        <h2>Nodes</h2>
        <span className="muted">S only these · M not these</span>
        <button type="button" className="icon-button" aria-label="Close the nodes" onClick={closeTree}>
          <Glyph name="close" />
        </button>
      </div>
      {shown.length === 0 && <p className="muted node-tree-empty">Nodes appear here with their first line.</p>}
      <div
        ref={box}
        className="node-tree-rows"
        role="tree"
        aria-label="Nodes by namespace"
        tabIndex={0}
        aria-activedescendant={current === undefined ? undefined : idOf(current.branch.path)}
        onKeyDown={onKey}
      >
        {shown.map(({ branch, level }) => (
          <BranchRow
            key={branch.path}
            branch={branch}
            level={level}
            open={branch.children.length === 0 ? null : !closed.has(branch.path)}
            current={branch === current?.branch}
            rule={ruleOf(branch.path, terms)}
            choose={() => {
              setWanted(branch.path);
            }}
            setOpen={setOpen}
          />
        ))}
      </div>
    </section>
  );
}

function BranchRow(props: {
  readonly branch: NodeBranch;
  readonly level: number;
  readonly open: boolean | null;
  readonly current: boolean;
  readonly rule: 'solo' | 'muted' | 'none';
  readonly choose: () => void;
  readonly setOpen: (path: string, open: boolean) => void;
}) {
  const { branch, open, rule } = props;
  const errors = branch.errors > 0 ? `, ${formatCount(branch.errors)} errors` : '';
  const ruleWords = rule === 'solo' ? ', only these are shown' : rule === 'muted' ? ', muted' : '';
  return (
    <div
      role="treeitem"
      id={idOf(branch.path)}
      className="node-branch"
      data-path={branch.path}
      data-rule={rule}
      aria-level={props.level}
      aria-expanded={open ?? undefined}
      aria-selected={props.current}
      aria-label={`${branch.path}, ${formatRate(branch.perS)}, ${formatCount(branch.lines)} lines${errors}${ruleWords}`}
      style={{ '--level': props.level - 1 } as React.CSSProperties}
      onClick={() => {
        props.choose();
        if (open !== null) props.setOpen(branch.path, !open);
      }}
    >
      <span className="node-twist" data-open={open ?? undefined}>
        {open !== null && <Glyph name="chevron" />}
      </span>
      <span className="node-name">{branch.name}</span>
      {branch.errors > 0 && (
        <span className="node-errors">
          <Glyph name="error" />
          {formatCountShort(branch.errors)}
        </span>
      )}
      <span className="node-rate">{formatRate(branch.perS)}</span>
      <RuleKey
        letter="S"
        active={rule === 'solo'}
        words="Only these"
        run={() => {
          toggleTerm(nodeRule(branch.path, false));
        }}
      />
      <RuleKey
        letter="M"
        active={rule === 'muted'}
        words="Not these"
        run={() => {
          toggleTerm(nodeRule(branch.path, true));
        }}
      />
    </div>
  );
}

/** For the mouse: the tree's own keys do the same, so it is not in the order of the focus. */
function RuleKey(props: {
  readonly letter: string;
  readonly active: boolean;
  readonly words: string;
  readonly run: () => void;
}) {
  return (
    <span
      className="node-rule"
      data-active={props.active || undefined}
      title={props.words}
      aria-hidden="true"
      onClick={(event) => {
        event.stopPropagation();
        props.run();
      }}
    >
      {props.letter}
    </span>
  );
}

interface VisibleBranch {
  readonly branch: NodeBranch;
  readonly level: number;
  readonly parent: string | null;
}

function visibleBranches(
  branches: readonly NodeBranch[],
  closed: ReadonlySet<string>,
  level: number,
  parent: string | null = null,
): VisibleBranch[] {
  return branches.flatMap((branch) => [
    { branch, level, parent },
    ...(closed.has(branch.path) ? [] : visibleBranches(branch.children, closed, level + 1, branch.path)),
  ]);
}

function idOf(path: string): string {
  return `node-${path.replaceAll(/[^\w/-]/gu, '_')}`;
}

function closeTree(): void {
  setPage({ nodesOpen: false });
  document.querySelector<HTMLElement>('.log-list')?.focus();
}

/** The tree, looked at once a second: counts are kept with the rows, so nothing is counted twice. */
function useNodeTree(): readonly NodeBranch[] {
  const { live } = useSession();
  const [tree, setTree] = useState<readonly NodeBranch[]>([]);
  useEffect(() => {
    let samples: ArrivalSample[] = [];
    let sampled: RowRing | null = null;
    const look = (): void => {
      const { ring } = live;
      const atMs = performance.now();
      if (sampled !== ring) samples = [];
      sampled = ring;
      setTree(buildNodeTree(ring, samples[0] ?? { atMs, arrivals: [...ring.nodeArrivals] }, atMs));
      samples = [...samples, { atMs, arrivals: [...ring.nodeArrivals] }].slice(-rateSamples);
    };
    look();
    const timer = setInterval(look, refreshMs);
    return () => {
      clearInterval(timer);
    };
  }, [live]);
  return tree;
}
