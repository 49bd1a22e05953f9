import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { SHOP_DIRECTORY } from './loadShop';

interface Entity {
  kind: string;
  metadata: {
    name: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  spec: {
    owner?: string;
    memberOf?: string[];
    targets?: string[];
    project?: string;
  };
}

function read(path: string): Entity[] {
  return parseAllDocuments(
    readFileSync(join(SHOP_DIRECTORY, path), 'utf8'),
  ).map(document => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Entity;
  });
}

describe('the catalog of the shop', () => {
  const [location] = read('catalog/catalog-info.yaml');
  const entities = location.spec.targets!.flatMap(target =>
    read(join('catalog', target)),
  );
  const named = (kind: string) =>
    entities
      .filter(entity => entity.kind === kind)
      .map(({ metadata }) => metadata.name);

  it('names every file of its folder', () => {
    const files = readdirSync(join(SHOP_DIRECTORY, 'catalog')).filter(
      file => file !== 'catalog-info.yaml',
    );
    expect(
      location.spec.targets!.map(target => target.replace('./', '')).sort(),
    ).toEqual(files.sort());
  });

  it('has an owner team with a user for each service, and somebody who owns nothing', () => {
    const owners = entities
      .filter(({ kind }) => kind === 'Component')
      .map(({ spec }) => spec.owner);
    const teams = new Set(
      entities
        .filter(({ kind }) => kind === 'User')
        .flatMap(({ spec }) => spec.memberOf),
    );
    expect(owners.length).toBeGreaterThanOrEqual(7);
    for (const owner of owners) {
      expect(named('Group').map(name => `group:default/${name}`)).toContain(
        owner,
      );
      expect([...teams]).toContain(owner);
    }
    const stranger = entities.find(
      ({ metadata }) => metadata.name === 'sam.stranger',
    )!;
    for (const team of stranger.spec.memberOf!)
      expect(owners).not.toContain(team);
  });

  it.each(['dev', 'staging', 'prod'])(
    'agrees with the labels of the Applications in %s',
    environment => {
      const folder = `repos/platform-gitops/environments/${environment}/apps`;
      const applications = readdirSync(join(SHOP_DIRECTORY, folder)).flatMap(
        file => read(join(folder, file)),
      );
      const ids = applications.map(
        ({ metadata }) => metadata.labels!['backstage.io/kubernetes-id'],
      );
      const claimed = entities.flatMap(
        ({ metadata }) =>
          metadata.annotations?.['backstage.io/kubernetes-id'] ?? [],
      );
      expect([...new Set(ids)].sort()).toEqual(claimed.sort());
      for (const { metadata, spec } of applications) {
        expect(metadata.labels!.environment).toBe(environment);
        const component = entities.find(
          entity =>
            entity.metadata.annotations?.['backstage.io/kubernetes-id'] ===
            metadata.labels!['backstage.io/kubernetes-id'],
        )!;
        expect(component.spec.owner).toBe(`group:default/${spec.project}`);
      }
    },
  );
});
