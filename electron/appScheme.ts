import { protocol, type Session } from 'electron';
import { appSchemeName } from './appOrigin.js';
import { contentSecurityPolicy } from './contentSecurityPolicy.js';
import { readPageFile } from './readPageFile.js';

/** Must run before the app is ready: afterwards Chromium takes no new scheme. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appSchemeName, privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the built page, each answer with the policy of this start. */
export function serveAppScheme(session: Session, rendererFolder: string, styleNonce: string): void {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy(styleNonce),
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  session.protocol.handle(appSchemeName, async (request) => {
    if (request.method !== 'GET') return new Response(null, { status: 405, headers });
    const file = await readPageFile(rendererFolder, request.url);
    if (file.status !== 200) return new Response(null, { status: file.status, headers });
    return new Response(file.body, { headers: { ...headers, 'Content-Type': file.mimeType } });
  });
}
