import { createHash } from 'node:crypto';

/** An image of the shop's registry. */
export interface ShopImage {
  repository: string;
  tag: string;
  digest: string;
}

/** What a placeholder in the shop's files may name. */
export interface TemplateContext {
  git: string;
  registry: string;
  images: ShopImage[];
}

/** The digest of an image of the shop. */
export function digestOf(
  images: ShopImage[],
  repository: string,
  tag: string,
): string {
  const found = images.find(
    image => image.repository === repository && image.tag === tag,
  );
  if (!found) throw new Error(`The shop has no image ${repository}:${tag}`);
  return found.digest;
}

/** Fills in `$(git)`, `$(registry)` and `$(digest <repository> <tag>)`: YAML as it stands, and nothing that charts use. */
export function fill(text: string, context: TemplateContext): string {
  return text.replace(
    /\$\((git|registry|digest (\S+) ([^\s)]+))\)/g,
    (_all, what: string, repository: string, tag: string) => {
      if (what === 'git') return context.git;
      if (what === 'registry') return context.registry;
      return digestOf(context.images, repository, tag);
    },
  );
}

/** Makes a file name another version of an image, wherever it names one: digest, and tag beside it. */
export function setImage(
  text: string,
  repository: string,
  tag: string,
  images: ShopImage[],
): string {
  const digest = digestOf(images, repository, tag);
  let result = text;
  for (const image of images) {
    if (image.repository !== repository || !text.includes(image.digest))
      continue;
    result = result.replaceAll(image.digest, digest);
    const escaped = image.tag.replace(/\./g, '\\.');
    const named = new RegExp(
      `((?:newTag|tag): ["']?|/${repository}:)${escaped}(?![\\w.-])`,
      'g',
    );
    result = result.replace(named, (_all, before: string) => `${before}${tag}`);
  }
  return result;
}

/** The commit of the source repository that an image was built of; the source itself is not part of the shop. */
export function sourceRevision(repository: string, tag: string): string {
  return createHash('sha1').update(`${repository}:${tag}`).digest('hex');
}
