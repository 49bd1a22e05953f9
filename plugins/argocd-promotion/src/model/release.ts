import {
  ApplicationView,
  EnvironmentView,
  Release,
  RunningImage,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { count } from './text';

/** The first eight hexadecimal digits of a digest. */
export function shortDigest(digest: string): string {
  const hex = digest.includes(':')
    ? digest.slice(digest.indexOf(':') + 1)
    : digest;
  return hex.slice(0, 8);
}

/** The first seven of a commit; a chart version or a branch stays whole. */
export function shortRevision(revision: string): string {
  return /^[0-9a-f]{40,64}$/i.test(revision) ? revision.slice(0, 7) : revision;
}

/** Last part of an image repository. */
export function imageName(repository: string): string {
  return repository.split('/').pop() || repository;
}

/** What a button and a sentence call a release: one digest, or how many images. */
export function releaseLabel(release: Release | undefined): string {
  if (!release || release.images.length === 0) return 'unknown release';
  if (release.images.length === 1) return shortDigest(release.images[0].digest);
  return count(release.images.length, 'image');
}

/** The tag that stands for a release: only when all its images carry the same one. */
export function releaseTag(release: Release | undefined): string | undefined {
  const tags = new Set(release?.images.map(image => image.tag));
  const [tag] = tags;
  return tags.size === 1 ? tag : undefined;
}

/** Pods of an image over every Application that runs it. */
export interface PodCount {
  total: number;
  matching: number;
  /** Short digests that other Pods run. */
  others: string[];
}

/** One image of a lane. */
export interface LaneImage {
  key: string;
  repository: string;
  name: string;
  digest?: string;
  tag?: string;
  source: RunningImage['source'];
  pods?: PodCount;
  /** Applications that run it. */
  applications: string[];
}

/** The images of a lane: what a promotion moves, and what merely stands beside it. */
export interface LaneImages {
  main: LaneImage[];
  others: LaneImage[];
  /** True when the Applications of the environment run different digests of one repository. */
  disagree: boolean;
}

function gather(applications: ApplicationView[]): LaneImage[] {
  const images = new Map<string, LaneImage>();
  for (const application of applications) {
    for (const image of application.images) {
      const key = `${image.repository}@${image.digest ?? image.tag ?? ''}`;
      const known = images.get(key);
      if (known) {
        if (!known.applications.includes(application.name))
          known.applications.push(application.name);
        known.pods = addPods(known.pods, image.pods);
        continue;
      }
      images.set(key, {
        key,
        repository: image.repository,
        name: imageName(image.repository),
        digest: image.digest,
        tag: image.tag,
        source: image.source,
        pods: addPods(undefined, image.pods),
        applications: [application.name],
      });
    }
  }
  return [...images.values()];
}

function addPods(
  before: PodCount | undefined,
  more: RunningImage['pods'],
): PodCount | undefined {
  if (!more) return before;
  const others = more.others.map(shortDigest);
  if (!before) return { total: more.total, matching: more.matching, others };
  return {
    total: before.total + more.total,
    matching: before.matching + more.matching,
    others: [...new Set([...before.others, ...others])],
  };
}

/** Sorts the images of an environment into those of its release and the rest (sidecars). */
export function laneImages(environment: EnvironmentView): LaneImages {
  const images = gather(environment.applications);
  const released = environment.release?.images ?? [];
  if (released.length === 0) {
    const digests = new Map<string, Set<string>>();
    for (const image of images) {
      const known = digests.get(image.repository) ?? new Set();
      digests.set(image.repository, known.add(image.digest ?? image.tag ?? ''));
    }
    return {
      main: images,
      others: [],
      disagree: [...digests.values()].some(known => known.size > 1),
    };
  }
  const main = released.map(item => {
    const running = images.find(
      image =>
        image.repository === item.repository && image.digest === item.digest,
    );
    return (
      running ?? {
        key: `${item.repository}@${item.digest}`,
        repository: item.repository,
        name: imageName(item.repository),
        digest: item.digest,
        tag: item.tag,
        source: 'spec' as const,
        applications: [],
      }
    );
  });
  const taken = new Set(main.map(image => image.key));
  return {
    main,
    others: images.filter(image => !taken.has(image.key)),
    disagree: false,
  };
}
