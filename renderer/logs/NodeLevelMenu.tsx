import { Menu } from '@mantine/core';
import { severities } from '../../main/model/Severity.js';
import { useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import { notify } from '../stores/pageStore.js';

/** The node may need a moment to answer. */
const answerMsMax = 10_000;

/**
 * Has the line's node say more or less from now on, through its own service; says how to switch that on where it is off. Where levels
 * cannot be set at all (a recording, a bridge) it says why.
 */
export function NodeLevelMenu({ robot, node }: { readonly robot: string; readonly node: string }) {
  const session = useSession();
  const off = useRobot()?.levelsOff ?? null;
  if (off !== null) {
    return (
      <Button
        data-testid="node-level"
        aria-disabled
        title={off.message}
        onClick={() => {
          notify('calm', off.message, off.nextStep);
        }}
      >
        Level of this node…
      </Button>
    );
  }
  return (
    <Menu>
      <Menu.Target>
        <Button data-testid="node-level">Level of this node…</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{node} says, from now on, at least</Menu.Label>
        {severities.map((severity) => (
          <Menu.Item
            key={severity}
            leftSection={<Glyph name={severityGlyphs[severity]} />}
            onClick={() => {
              void session
                .ask('robots.setLoggerLevel', { robot, logger: node, severity }, answerMsMax)
                .then((result) => {
                  if (result.ok) notify('good', `${node} says ${severity} and above from now on.`);
                });
            }}
          >
            {severity}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
