import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['main/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
    // Real processes, sockets and disks are used: two cores, so two files at a time.
    maxWorkers: 2,
    // No test judges speed: this is for what would never end, on a slow and busy machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // As main/model/patient.test-support.ts: one second, as it is without, would judge it.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    // Known, and said in docs/decisions/0004-runtimes.md: it would be repeated by every worker.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
