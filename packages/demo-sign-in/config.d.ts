export interface Config {
  /** The demo's own settings. Without them the sign-in page has nobody to offer. */
  demo?: {
    /**
     * Who can be chosen on the sign-in page.
     * @deepVisibility frontend
     */
    users?: Array<{
      /** The user's entity reference in the catalog, such as `user:default/ada`. */
      entityRef: string;
      /** The name on the button. */
      name: string;
      /** The team, or the part that the user plays. */
      team?: string;
    }>;
  };
}
