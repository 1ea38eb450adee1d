import { installFakeBridge } from './fakeBridge.js';

/** The page over a fake engine, for looking at its states. Never part of the product build: see README.md here. */
installFakeBridge(new URLSearchParams(window.location.search));
await import('../main.js');
