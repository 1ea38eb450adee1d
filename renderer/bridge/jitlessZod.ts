import { config } from 'zod';

/**
 * Imported before anything that makes a schema: zod must not try to compile code, which the page's content security policy
 * forbids (and would report on every start).
 */
config({ jitless: true });
