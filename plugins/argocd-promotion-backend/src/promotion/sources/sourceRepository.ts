import { ANNOTATION_SOURCE_LOCATION, Entity } from '@backstage/catalog-model';
import gitUrlParse from 'git-url-parse';

/** The clone address of a page or folder of a repository, or undefined when it is none. */
export function repositoryOf(address: string): string | undefined {
  try {
    const { protocol, resource, port, full_name: name } = gitUrlParse(address);
    if (!['http', 'https'].includes(protocol) || !name) return undefined;
    return `${protocol}://${resource}${port ? `:${port}` : ''}/${name}`;
  } catch {
    return undefined;
  }
}

/** Where the catalog says that an entity's source is: `backstage.io/source-location: url:https://…`. */
export function sourceOfEntity(entity: Entity): string | undefined {
  const location = entity.metadata.annotations?.[ANNOTATION_SOURCE_LOCATION];
  return location?.startsWith('url:')
    ? repositoryOf(location.slice('url:'.length))
    : undefined;
}
