import type { Desk } from '../stores/pageStore.js';

export const deskNames: Readonly<Record<Desk, string>> = {
  logs: 'Logs',
  metrics: 'Metrics',
  cache: 'Cache & uploads',
  config: 'Config',
};
