import type { RobotStatus } from '../../main/contract/frames.js';
import {
  logConsoleUrl,
  metricConsoleUrl,
  whyNoConsole,
  type MetricToOpen,
  type TimeSpan,
} from '../../main/model/consoleUrl.js';
import { destinationOfKey } from '../../main/model/Destination.js';
import { notify } from '../stores/pageStore.js';
import type { Session } from './Session.js';

/** The way from something that was sent to where it is in the CloudWatch console. */
export interface ConsoleWay {
  /** Why there is none; empty when there is. */
  readonly reason: string;
  /** Without a link there is nothing to open: the address is copied instead. */
  readonly isOffline: boolean;
  readonly go: () => Promise<void>;
}

/** `destination` as `destinationKey`; `metric` is for one metric of a namespace. */
export function consoleWay(
  session: Session,
  robot: RobotStatus | null,
  destination: string,
  span: TimeSpan,
  metric: MetricToOpen | null = null,
): ConsoleWay {
  const place = destinationOfKey(destination);
  if (robot === null || place === null) {
    return { reason: 'Where it was sent was not written down.', isOffline: false, go: () => Promise.resolve() };
  }
  const region = place.account.region === '' ? robot.sendsTo.region : place.account.region;
  const isOffline = robot.ladder.some((rung) => rung.id === 'internet' && rung.state === 'failed');
  const go = async (): Promise<void> => {
    const url =
      place.kind === 'log' ? logConsoleUrl(place, region, span) : metricConsoleUrl(place, region, span, metric);
    if (isOffline) {
      await session.bridge.copyText(url);
      notify(
        'calm',
        'There is no internet: the address is on the clipboard.',
        'Open it in a browser when the link is back.',
      );
      return;
    }
    try {
      await session.bridge.openConsole(url);
    } catch {
      await session.bridge.copyText(url);
      notify(
        'bad',
        'The browser could not be opened: the address is on the clipboard.',
        'Open it in a browser by hand.',
      );
    }
  };
  return { reason: whyNoConsole(place, region), isOffline, go };
}

/** From the record on: it is the first that the console shows. */
export function spanFrom(timeMs: number): TimeSpan {
  return { fromMs: timeMs, untilMs: timeMs + 60_000 };
}
