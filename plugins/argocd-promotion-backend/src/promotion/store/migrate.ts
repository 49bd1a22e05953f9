import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';

/** Where the migrations are, in the repository and in the published package. */
export const migrationsDirectory = resolvePackagePath(
  '@fairway/backstage-plugin-argocd-promotion-backend',
  'migrations',
);

/** The plugin's database, migrated unless the operator does that. */
export async function getMigratedDatabase(
  database: DatabaseService,
): Promise<Knex> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) {
    await knex.migrate.latest({ directory: migrationsDirectory });
  }
  return knex;
}
