import { useEngineState } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';

export function EngineBanner() {
  const engine = useEngineState();
  if (engine === null || engine.state === 'running') return null;
  return (
    <div className="engine-banner" role="status" data-testid="engine-banner" data-state={engine.state}>
      <Glyph name="warn" />
      <span className="selectable">{engine.words}</span>
    </div>
  );
}
