/**
 * What the page may load and run: its own files, and styles that carry this start's nonce (Mantine and CodeMirror make
 * style elements while running). Nothing inline, nothing evaluated, no network: data comes over the MessagePort.
 */
export function contentSecurityPolicy(styleNonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${styleNonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
