import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';
import { subprotocols } from './foxgloveMessages.js';

const defaultPort = 8765;

/**
 * The address of a robot file, checked: `ws://` and port 8765 where they are left out.
 * Problem `bad-address`.
 */
export function foxgloveUrl(written: string): Result<string> {
  const nextStep = `Set \`foxglove_url: "ws://ADDRESS:${defaultPort}"\` in the tether section of the robot file.`;
  if (written === '') return fail('bad-address', 'the robot file does not say where the Foxglove bridge is', nextStep);
  const withScheme = /^[a-z]+:\/\//i.test(written) ? written : `ws://${written}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hostname === '') {
    return fail('bad-address', `"${written}" is no address of a Foxglove bridge`, nextStep);
  }
  // The standard ports of ws and wss are left out by the parser: only an address without any port gets the bridge's own.
  if (url.port === '' && !/:\d+(?:[/?#]|$)/.test(withScheme.slice(url.protocol.length + 2)))
    url.port = String(defaultPort);
  url.hash = '';
  return succeed(url.toString());
}

/** Why a connection could not be made or ended, in words, and what to do. `url` is what was tried. */
export function foxgloveProblem(url: string, error: Error): Problem {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const problem = (code: string, message: string, nextStep: string): Problem => ({ code, message, nextStep });
  const checkPort = `Check the address and the port; a Foxglove bridge listens on ${defaultPort} unless told otherwise.`;
  if (code === 'ECONNREFUSED') {
    const start = 'Start it on the robot: `ros2 launch foxglove_bridge foxglove_bridge_launch.xml`.';
    return problem('no-bridge', `no Foxglove bridge listens at ${url}`, `${start} ${checkPort}`);
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const name = new URL(url).hostname;
    const nextStep = "Use the robot's IP address, or check the name and this laptop's network.";
    return problem('unknown-host', `the name ${name} cannot be resolved`, nextStep);
  }
  if (
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH' ||
    code === 'ETIMEDOUT' ||
    error.message.includes('timed out')
  ) {
    const nextStep = "Check the cable or Wi-Fi, the robot's power and the address in the robot file.";
    return problem('unreachable', `${url} does not answer`, nextStep);
  }
  const status = /^Unexpected server response: (\d+)/.exec(error.message);
  if (status !== null) {
    const message = `${url} is answered by a web server (HTTP ${status[1] ?? ''}), not by a Foxglove bridge`;
    return problem('not-a-bridge', message, checkPort);
  }
  if (/subprotocol/i.test(error.message)) {
    const message = `the server at ${url} speaks neither ${subprotocols.join(' nor ')}`;
    const nextStep = `A rosbridge (port 9090) is no Foxglove bridge: start foxglove_bridge. ${checkPort}`;
    return problem('not-a-bridge', message, nextStep);
  }
  if (code.startsWith('HPE_') || code === 'ECONNRESET' || code === 'WS_ERR_INVALID_OPCODE') {
    return problem('not-a-bridge', `what answers at ${url} is no Foxglove bridge (${error.message})`, checkPort);
  }
  if (/certificate/i.test(error.message) || code.includes('CERT')) {
    const nextStep = 'Install its authority on this laptop (NODE_EXTRA_CA_CERTS), or use ws:// on a network you trust.';
    return problem('certificate', `the certificate of ${url} is not trusted: ${error.message}`, nextStep);
  }
  return problem('connection', `the connection to ${url} failed: ${error.message}`, checkPort);
}
