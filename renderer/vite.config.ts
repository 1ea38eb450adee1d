import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The page is served by the app's own scheme under a strict content security policy: nothing inline, fonts and images
 * as files beside it. `dev.html` (the fake engine) is an entry of the development server only.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  server: { host: '127.0.0.1' },
  build: {
    target: 'chrome130',
    outDir: '../build/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    chunkSizeWarningLimit: 1200,
  },
});
