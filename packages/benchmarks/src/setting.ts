/** The company of the benchmark. */
export const TEAMS = Array.from({ length: 10 }, (_, i) => `team-${i}`);

export const userRef = (name: string): string => `user:default/${name}`;

const groups = (names: string[]) => names.map(name => `group:default/${name}`);

/** Who signs in, and whom they own things as. */
export const USERS = {
  viewer: [userRef('viewer'), ...groups(TEAMS.slice(0, 1))],
  auditor: [userRef('auditor'), ...groups(TEAMS)],
};

export type User = keyof typeof USERS;

export const ENTITIES = 5_000;

/** Services of the viewer's team among those that an Instance of so many Applications has. */
export function viewedServices(applications: number): string[] {
  const services = Math.floor(applications / 3);
  return Array.from({ length: services }, (_, i) => i)
    .filter(i => i % TEAMS.length === 0)
    .map(i => `svc-${i}`);
}
