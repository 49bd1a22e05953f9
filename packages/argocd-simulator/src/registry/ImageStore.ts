import { createHash } from 'node:crypto';
import { ImageSource } from '../ports';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const REPOSITORY =
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

export interface StoredManifest {
  mediaType: string;
  content: Buffer;
  digest: string;
}

interface Repository {
  tags: Map<string, string>;
  manifests: Map<string, StoredManifest>;
  blobs: Map<string, Buffer>;
}

export interface PushOptions {
  tag: string;
  labels?: Record<string, string>;
  /** Platforms such as `linux/amd64`; with any the tag names an image index, and its children are images of their own. */
  platforms?: string[];
  created?: Date;
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Images by repository: what a registry knows, without its HTTP. */
export class ImageStore implements ImageSource {
  private readonly repositories = new Map<string, Repository>();
  private readonly unpullable = new Set<string>();
  /** `host:port`, known once the registry listens. */
  host = '127.0.0.1';

  repository(name: string): Repository | undefined {
    return this.repositories.get(name);
  }

  names(): string[] {
    return [...this.repositories.keys()].sort();
  }

  /** Makes an image: the same repository, tag and labels give the same digest. */
  push(
    name: string,
    options: PushOptions,
  ): { digest: string; reference: string } {
    const { tag, labels = {}, platforms = [], created } = options;
    if (!REPOSITORY.test(name))
      throw new Error(
        `${name} is not a repository name: lower case words, '/' between them`,
      );
    if (!TAG.test(tag)) throw new Error(`${tag} is not a tag`);
    const repository = this.repositories.get(name) ?? {
      tags: new Map(),
      manifests: new Map(),
      blobs: new Map(),
    };
    this.repositories.set(name, repository);
    const images = (platforms.length > 0 ? platforms : ['linux/amd64']).map(
      platform => ({
        platform,
        manifest: this.putImage(repository, {
          name,
          tag,
          labels,
          platform,
          created,
        }),
      }),
    );
    let { digest } = images[0].manifest;
    if (platforms.length > 0) {
      digest = this.putManifest(repository, INDEX, {
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: images.map(({ platform, manifest }) => ({
          mediaType: manifest.mediaType,
          digest: manifest.digest,
          size: manifest.content.length,
          platform: {
            os: platform.split('/')[0],
            architecture: platform.split('/')[1],
          },
        })),
        ...(Object.keys(labels).length > 0 ? { annotations: labels } : {}),
      }).digest;
    }
    repository.tags.set(tag, digest);
    return { digest, reference: `${this.host}/${name}:${tag}@${digest}` };
  }

  private putImage(
    repository: Repository,
    image: {
      name: string;
      tag: string;
      labels: Record<string, string>;
      platform: string;
      created?: Date;
    },
  ): StoredManifest {
    const [os, architecture] = image.platform.split('/');
    const layer = this.putBlob(
      repository,
      Buffer.from(`${image.name}:${image.tag} for ${image.platform}\n`),
    );
    const config = this.putBlob(
      repository,
      Buffer.from(
        JSON.stringify({
          architecture,
          os,
          ...(image.created ? { created: image.created.toISOString() } : {}),
          config: { Labels: image.labels },
          rootfs: { type: 'layers', diff_ids: [layer.digest] },
        }),
      ),
    );
    return this.putManifest(repository, MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, ...config },
      layers: [
        { mediaType: 'application/vnd.oci.image.layer.v1.tar', ...layer },
      ],
    });
  }

  private putBlob(
    repository: Repository,
    content: Buffer,
  ): { digest: string; size: number } {
    const digest = digestOf(content);
    repository.blobs.set(digest, content);
    return { digest, size: content.length };
  }

  private putManifest(
    repository: Repository,
    mediaType: string,
    manifest: object,
  ): StoredManifest {
    const content = Buffer.from(JSON.stringify(manifest));
    const stored = { mediaType, content, digest: digestOf(content) };
    repository.manifests.set(stored.digest, stored);
    return stored;
  }

  /** Makes a tag name another image. */
  moveTag(name: string, tag: string, digest: string): void {
    const repository = this.repositories.get(name);
    if (!repository?.manifests.has(digest))
      throw new Error(`${name} has no image ${digest}`);
    repository.tags.set(tag, digest);
  }

  manifest(name: string, reference: string): StoredManifest | undefined {
    const repository = this.repositories.get(name);
    if (!repository) return undefined;
    return repository.manifests.get(
      repository.tags.get(reference) ?? reference,
    );
  }

  /** Makes pulls of a digest fail, or work again; the registry's API still knows it. */
  setPullable(digest: string, pullable: boolean): void {
    if (pullable) this.unpullable.delete(digest);
    else this.unpullable.add(digest);
  }

  /** Pulls as a node does: only from this registry, and by digest where one is named. */
  async pull(reference: string): Promise<{ digest: string } | undefined> {
    if (!reference.startsWith(`${this.host}/`)) return undefined;
    const rest = reference.slice(this.host.length + 1);
    const [named, digest] = rest.split('@');
    const colon = named.lastIndexOf(':');
    const name = colon < 0 ? named : named.slice(0, colon);
    const tag = colon < 0 ? 'latest' : named.slice(colon + 1);
    const found = this.manifest(name, digest ?? tag);
    return found && !this.unpullable.has(found.digest)
      ? { digest: found.digest }
      : undefined;
  }
}
