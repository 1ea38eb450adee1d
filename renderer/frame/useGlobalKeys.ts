import { useEffect } from 'react';
import { useSession } from '../bridge/useSession.js';
import { desks, getPage, setPage } from '../stores/pageStore.js';
import { undoLast } from '../stores/undoStack.js';

/** Keys that work everywhere on the page. */
export function useGlobalKeys(): void {
  const session = useSession();
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey;
      if (command && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPage({ dialog: getPage().dialog === 'palette' ? null : 'palette' });
        return;
      }
      if (command && event.key === ',') {
        event.preventDefault();
        setPage({ dialog: 'settings' });
        return;
      }
      if (command && !event.shiftKey && event.key.toLowerCase() === 'z' && !isTyping(event.target)) {
        if (undoLast()) event.preventDefault();
        return;
      }
      const desk = command ? desks[Number(event.key) - 1] : undefined;
      if (desk !== undefined) {
        event.preventDefault();
        setPage({ desk });
        session.remember();
        return;
      }
      if (event.key === '?' && !isTyping(event.target)) setPage({ dialog: 'shortcuts' });
    };
    window.addEventListener('keydown', listen);
    return () => {
      window.removeEventListener('keydown', listen);
    };
  }, [session]);
}

/** True while keys mean text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
