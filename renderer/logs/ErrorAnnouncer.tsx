import { useEffect, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { formatQuantity } from '../format/formatCount.js';
import { errorRank, gapKind } from '../stores/RowRing.js';

const announceEveryMs = 5000;

/** Says new errors to a screen reader, at most every few seconds and never one by one: a robot in trouble writes hundreds. */
export function ErrorAnnouncer() {
  const { live } = useSession();
  const [words, setWords] = useState('');
  useEffect(() => {
    let { ring } = live;
    let told = ring.end;
    const announce = (): void => {
      if (live.ring !== ring) {
        ring = live.ring;
        told = ring.end;
      }
      let errors = 0;
      let newest = -1;
      for (let position = Math.max(told, ring.first); position < ring.end; position += 1) {
        const kind = ring.kindAt(position);
        if (kind < errorRank || kind === gapKind) continue;
        errors += 1;
        newest = position;
      }
      told = ring.end;
      if (errors === 0) return;
      setWords(
        `${formatQuantity(errors, 'new error')}. ${ring.nodeNameAt(newest)}: ${ring.messageAt(newest).slice(0, 200)}`,
      );
    };
    const timer = setInterval(announce, announceEveryMs);
    return () => {
      clearInterval(timer);
    };
  }, [live]);
  return (
    <div className="visually-hidden" role="status" aria-live="polite" data-testid="error-announcer">
      {words}
    </div>
  );
}
