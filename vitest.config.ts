import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['main/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
    // Real processes, sockets and disks are used: two cores, so two files at a time.
    maxWorkers: 2,
    testTimeout: 20_000,
  },
});
