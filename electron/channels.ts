import { z } from 'zod';
import { consoleUrlLengthMax, isConsoleUrl } from '../main/model/consoleUrl.js';
import { recordingKinds, settingsSchema, type AppFacts, type EngineState } from '../main/contract/bridge.js';

/**
 * Every channel between the page and the window's own process. No other file names one: main registers them through
 * `PageChannels`, the preload is checked against these types. What the page sends is parsed here, whatever it sends.
 */
export const copyTextLengthMax = 10_000_000;
export const savedFileBytesMax = 500_000_000;
const plainFileName = z.string().regex(/^[\w.-]{1,200}$/u, 'a plain name of a file');

/** The page asks, main answers. */
export const requests = {
  'tether:facts': z.tuple([]),
  'tether:save-settings': z.tuple([settingsSchema]),
  'tether:copy-text': z.tuple([z.string().max(copyTextLengthMax)]),
  'tether:save-file': z.tuple([
    plainFileName,
    z.instanceof(Uint8Array).refine((data) => data.byteLength <= savedFileBytesMax, 'too large'),
  ]),
  'tether:choose-save-file': z.tuple([plainFileName]),
  'tether:choose-folder': z.tuple([]),
  'tether:choose-recording': z.tuple([z.enum(recordingKinds)]),
  'tether:open-console': z.tuple([
    z.string().max(consoleUrlLengthMax).refine(isConsoleUrl, 'no address of the console'),
  ]),
  'tether:notify-desktop': z.tuple([z.string().max(200), z.string().max(1000)]),
} as const satisfies Record<string, z.ZodType>;

export interface RequestAnswers {
  'tether:facts': AppFacts;
  'tether:save-settings': undefined;
  'tether:copy-text': undefined;
  /** Where it was written; null when the person did not want to. */
  'tether:save-file': string | null;
  /** Null when the person did not want to. */
  'tether:choose-save-file': string | null;
  'tether:choose-folder': string | null;
  'tether:choose-recording': string | null;
  'tether:open-console': undefined;
  'tether:notify-desktop': undefined;
}

export type RequestName = keyof typeof requests;
export type RequestInput<N extends RequestName> = z.infer<(typeof requests)[N]>;
export type RequestHandlers = {
  [N in RequestName]: (...input: RequestInput<N>) => RequestAnswers[N] | Promise<RequestAnswers[N]>;
};

/** The page tells; nothing is answered. */
export type PageNoticeName = 'tether:request-port';

/** Main tells the page. `tether:port` carries a MessagePort and no value. */
export interface MainNotices {
  'tether:engine-state': EngineState;
  'tether:port': null;
}
