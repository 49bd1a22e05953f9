import { ResolvedPipeline } from '../deployments/types';
import { TagOf } from './versions';

/** Tags by digest as any environment of the entity writes them: a Pod spec may pin the digest alone. */
export function tagsOf({
  deployments,
}: Pick<ResolvedPipeline, 'deployments'>): TagOf {
  const tags = new Map<string, string>();
  for (const { applications } of deployments)
    for (const { images } of applications)
      for (const { repository, digest, tag } of images)
        if (digest && tag) tags.set(`${repository}@${digest}`, tag);
  return (repository, digest) => tags.get(`${repository}@${digest}`);
}
