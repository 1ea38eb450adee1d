import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { EngineState } from '../../main/contract/bridge.js';
import type { RobotStatus, StatusFrame } from '../../main/contract/frames.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { usePage } from '../stores/pageStore.js';
import type { Session } from './Session.js';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('a component was used outside the page');
  return session;
}

export function useStatusFrame(): StatusFrame | null {
  const { status } = useSession();
  return useSyncExternalStore(status.subscribe, status.getFrame);
}

export function useEngineState(): EngineState | null {
  const { status } = useSession();
  return useSyncExternalStore(status.subscribe, status.getEngine);
}

/** The robot that is looked at; null when there is none. */
export function useRobot(): RobotStatus | null {
  const frame = useStatusFrame();
  const name = usePage((page) => page.robot);
  return frame?.robots.find((robot) => robot.name === name) ?? null;
}

/** The live rows; the component is drawn again when they changed. */
export function useLiveRows(): { readonly live: LiveRobot; readonly version: number } {
  const { live } = useSession();
  const version = useSyncExternalStore(live.rowsSignal.subscribe, live.rowsSignal.getVersion);
  return { live, version };
}

/** As `useLiveRows`, but a few times a second at most: for figures. */
export function useLiveFigures(): { readonly live: LiveRobot; readonly version: number } {
  const { live } = useSession();
  const version = useSyncExternalStore(live.figuresSignal.subscribe, live.figuresSignal.getVersion);
  return { live, version };
}

/** The series; the component is drawn again when samples came. */
export function useLiveSeries(): { readonly live: LiveRobot; readonly version: number } {
  const { live } = useSession();
  const version = useSyncExternalStore(live.seriesSignal.subscribe, live.seriesSignal.getVersion);
  return { live, version };
}

/** Laptop time, renewed every `periodMs`. */
export function useNow(periodMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, periodMs);
    return () => {
      clearInterval(timer);
    };
  }, [periodMs]);
  return now;
}
