export interface Config {
  auth?: {
    /** The demo's sign-in is refused unless this is `development`. */
    environment?: string;
    providers?: {
      /** Lets a browser sign in as any user of the catalog; for the demo only. */
      demo?: {};
    };
  };
}
