import { RunningImage } from '@fairway/backstage-plugin-argocd-promotion-common';
import { createSidecarRule } from './sidecars';

const images: RunningImage[] = [
  'ghcr.io/acme/proxy-v2',
  'ghcr.io/acme/proxies/checkout',
  'registry.example.com:5000/mesh/agent',
].map(repository => ({ repository, source: 'pod' }));

const kept = (...globs: string[]) =>
  createSidecarRule(globs)(images).map(({ repository }) => repository);

describe('sidecars', () => {
  it('are left out by the globs of their repositories', () => {
    expect(kept('ghcr.io/acme/proxy-*')).toEqual([
      'ghcr.io/acme/proxies/checkout',
      'registry.example.com:5000/mesh/agent',
    ]);
    expect(kept('**/agent', 'ghcr.io/**')).toEqual([]);
    expect(kept('agent', 'ghcr.io/*')).toHaveLength(3);
  });

  it('are those of no rule where there is none', () => {
    expect(createSidecarRule([])(images)).toBe(images);
  });
});
