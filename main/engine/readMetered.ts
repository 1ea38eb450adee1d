import { execFile } from 'node:child_process';

const answerMsMax = 3_000;
const networkManager = 'org.freedesktop.NetworkManager';

/**
 * Whether NetworkManager calls the way to the internet metered, asked over the system's D-Bus with `busctl` (systemd); null
 * when there is neither, or it does not know. NMMetered, in its D-Bus API: 1 yes, 2 no, 3 and 4 the same as a guess (3: a
 * phone that shares its link).
 */
export function readMetered(): Promise<boolean | null> {
  const asked = ['get-property', networkManager, '/org/freedesktop/NetworkManager', networkManager, 'Metered'];
  return new Promise((resolve) => {
    execFile(
      'busctl',
      ['--system', '--auto-start=no', ...asked],
      { timeout: answerMsMax, encoding: 'utf8' },
      (error, answer) => {
        resolve(error === null ? meteredOf(answer) : null);
      },
    );
  });
}

/** `u 4` */
function meteredOf(answer: string): boolean | null {
  const value = /^u (\d+)\s*$/.exec(answer)?.[1];
  if (value === '1' || value === '3') return true;
  return value === '2' || value === '4' ? false : null;
}
