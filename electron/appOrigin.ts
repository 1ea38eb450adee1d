/** The page's own scheme: nothing of the window is ever loaded from a file or from the network. */
export const appSchemeName = 'tether';
export const appHost = 'app';
export const appOrigin = `${appSchemeName}://${appHost}`;
export const startPageUrl = `${appOrigin}/index.html`;
