import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const session = 'field-session';
const startUrl = 'https://example.awsapps.com/start';

/**
 * A laptop with an SSO profile, and the part of AWS's sign-in service that gives out keys for a token
 * (GetRoleCredentials of the "AWS SSO Portal API"). What `aws sso login` would write, the test writes.
 */
export class SsoPortal {
  /** Times that keys were asked for with the token in force. */
  asked = 0;
  #token = '';

  private constructor(
    private readonly server: Server,
    private readonly userHome: string,
  ) {}

  /** Makes `~/.aws` in that home, with one profile. */
  static async start(userHome: string, profile: string): Promise<SsoPortal> {
    const server = createServer((request, response) => {
      const isValid = portal.#token !== '' && request.headers['x-amz-sso_bearer_token'] === portal.#token;
      if (isValid) portal.asked += 1;
      response.writeHead(isValid ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(isValid ? { roleCredentials: keys() } : { message: 'Session token not found or invalid' }),
      );
    });
    const portal = new SsoPortal(server, userHome);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    await mkdir(path.join(userHome, '.aws', 'sso', 'cache'), { recursive: true });
    const config = [
      `[profile ${profile}]`,
      `sso_session = ${session}`,
      'sso_account_id = 000000000000',
      'sso_role_name = Field',
      'region = us-east-1',
      `[sso-session ${session}]`,
      `sso_start_url = ${startUrl}`,
      'sso_region = us-east-1',
      '',
    ];
    await writeFile(path.join(userHome, '.aws', 'config'), config.join('\n'));
    return portal;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What the sign-in leaves behind: a token that ends at that time. */
  async signIn(expiresAtMs: number): Promise<void> {
    this.#token = `token-${expiresAtMs}`;
    const file = path.join(
      this.userHome,
      '.aws',
      'sso',
      'cache',
      `${createHash('sha1').update(session).digest('hex')}.json`,
    );
    const token = {
      startUrl,
      region: 'us-east-1',
      accessToken: this.#token,
      expiresAt: new Date(expiresAtMs).toISOString(),
    };
    await writeFile(file, JSON.stringify(token));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function keys(): object {
  return {
    ...{ accessKeyId: 'ASIALOOPBACK', secretAccessKey: 'loopback', sessionToken: 'loopback' },
    expiration: Date.now() + 3_600_000,
  };
}
