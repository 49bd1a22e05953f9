import { parseApplication } from '../argocd/parseApplication';
import { Application, ResourceTree } from '../argocd/types';
import { InstanceApplications } from '../inventory/InstanceApplications';
import { treeFacts, withHealth } from '../inventory/resourceTree';
import { readEvents, readRecording } from '../__testUtils__/recordings';
import {
  contextFor,
  drawn,
  forestOf,
  known,
  nodeOf,
} from './__testUtils__/forests';
import { rootsView, rootView } from './views';

const recorded = (name: string): Application =>
  parseApplication(readRecording(name).response.body)!;
const listed = (): Application[] =>
  (
    readRecording('applications-list.json').response.body as {
      items: unknown[];
    }
  ).items.map(item => parseApplication(item)!);
const replaced = (...names: string[]): Application[] => {
  const own = names.map(recorded);
  return [
    ...listed().filter(
      ({ metadata }) => !own.some(each => each.metadata.name === metadata.name),
    ),
    ...own,
  ];
};

describe('App of Apps of a real Argo CD', () => {
  it('shows the roots of its environments, their children by wave, and no orphans', () => {
    const forest = forestOf(...listed());
    expect(drawn(forest)).toMatchSnapshot();
    const { environments } = rootsView(forest, contextFor());
    expect(
      environments.map(({ name, roots, orphans }) => [
        name,
        roots.map(root => `${root.name} ${root.counts.total}`),
        orphans.map(orphan => orphan.name),
      ]),
    ).toMatchSnapshot();
  });

  it('says that its waves have no effect, once the tree was read', () => {
    const root = recorded('application-get-root.json');
    const tree = readRecording('resource-tree-root.json').response
      .body as ResourceTree;
    const others = replaced('application-get-root.json').filter(
      ({ metadata }) => metadata.name !== 'prod-root',
    );
    const read = known(withHealth(root, treeFacts(tree)), { treeRead: true });
    const view = rootView(
      nodeOf(forestOf(read, ...others), 'prod-root'),
      contextFor(),
    )!;
    expect(view.waves).toEqual([
      {
        of: 'Application/main/argocd/prod-root',
        waves: [-10, 5, 10],
        effect: 'ineffective',
      },
    ]);
    expect(view.problems.map(({ message }) => message)).toEqual([
      'The Applications under prod-root are in waves -10, 5, 10, and no wave waits for the one before: Argo CD gives Applications no health unless it is told how, so each counts as done as soon as it is created.',
    ]);
  });

  it.each([
    ['move-child-added-refresh.json', 'missing'],
    // Its comparison still has what is gone by now: nothing is left over.
    ['move-child-removed-refresh.json', undefined],
    ['move-child-removed-root.json', undefined],
  ])('%s', (name, state) => {
    const forest = forestOf(...replaced(name));
    expect(forest.get('Application/main/argocd/search-dev')?.state).toBe(state);
    const { environments } = rootsView(forest, contextFor());
    const dev = environments.find(environment => environment.name === 'dev');
    expect(dev?.roots[0].counts).toMatchObject({
      missing: state ? 1 : 0,
      extra: 0,
    });
  });

  it('tells how a child comes and goes', () => {
    const applications = new InstanceApplications();
    const story: string[] = [];
    for (const event of readEvents(
      'move-child-added-and-removed-stream.ndjson',
    )) {
      if (event.type === 'ERROR') continue;
      if (event.type === 'DELETED') applications.remove(event.application);
      else applications.upsert(event.application, 'stream');
      const forest = forestOf(...applications.values());
      const node = forest.get('Application/main/argocd/search-dev');
      const told = node
        ? [
            node.state,
            node.parent?.name ?? 'under no root',
            ...node.notes.map(({ text }) => text),
          ].join(' | ')
        : 'not there';
      if (told !== story.at(-1)) story.push(told);
    }
    expect(story).toEqual([
      'not there',
      'missing | dev-root',
      'live | dev-root',
      'extra | dev-root',
      'extra | dev-root | It is being deleted.',
      'not there',
    ]);
  });
});
