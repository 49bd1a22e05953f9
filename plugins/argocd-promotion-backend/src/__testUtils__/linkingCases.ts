/**
 * Which Applications the annotations of an entity give, in both peers and here. The peers' columns were read out of
 * `@roadiehq/backstage-plugin-argo-cd` 2.12 (with its backend 4.8) and `@backstage-community/plugin-argocd` 3.1 (with its
 * backend 1.7). `fails`: an error, or nothing at all, where the annotations name something.
 */
export interface LinkingCase {
  title: string;
  annotations: Record<string, string>;
  roadie: string[] | 'fails';
  community: string[] | 'fails';
  ours: string[];
  /** Codes of the problems that are told. */
  problems?: string[];
}

interface LinkedApplication {
  instance: string;
  namespace: string;
  name: string;
  project: string;
  labels: Record<string, string>;
}

const application = (
  key: string,
  project: string,
  labels: Record<string, string>,
): LinkedApplication => {
  const [instance, namespace, name] = key.split('/');
  return { instance, namespace, name, project, labels };
};

/** The Applications of two Instances, as `instance/namespace/name`; `argocd` is Argo CD's own namespace in both. */
export const linkedApplications: LinkedApplication[] = [
  application('main/argocd/checkout-dev', 'shop', {
    app: 'checkout',
    environment: 'dev',
    weight: '1',
  }),
  application('main/argocd/checkout-prod', 'shop', {
    app: 'checkout',
    environment: 'prod',
    weight: '9',
  }),
  application('main/argocd/search-dev', 'search', {
    app: 'search',
    environment: 'dev',
    'backstage.io/kubernetes-id': 'labelled',
  }),
  application('main/team-a/checkout-dev', 'team-a', {
    app: 'checkout',
    environment: 'dev',
  }),
  application('main/team-a/apart', 'team-a', { environment: 'dev' }),
  application('other/argocd/checkout-dev', 'shop', {
    app: 'checkout',
    environment: 'dev',
  }),
];

const mainDev = 'main/argocd/checkout-dev';
const mainProd = 'main/argocd/checkout-prod';
const teamDev = 'main/team-a/checkout-dev';
const otherDev = 'other/argocd/checkout-dev';
const search = 'main/argocd/search-dev';
const apart = 'main/team-a/apart';
const name = 'argocd/app-name';
const selector = 'argocd/app-selector';
const namespace = 'argocd/app-namespace';
const project = 'argocd/project-name';
const instance = 'argocd/instance-name';

export const linkingCases: LinkingCase[] = [
  {
    title: 'a name that stands once',
    annotations: { [name]: 'search-dev' },
    roadie: [search],
    community: [search],
    ours: [search],
  },
  {
    title: 'a name in several Instances and namespaces',
    annotations: { [name]: 'checkout-dev' },
    roadie: [mainDev, otherDev],
    community: [mainDev, teamDev, otherDev],
    ours: [mainDev, otherDev],
    problems: ['application-ambiguous'],
  },
  {
    title: 'a name that stands outside Argo CD’s own namespace alone',
    annotations: { [name]: 'apart' },
    roadie: 'fails',
    community: [apart],
    ours: [apart],
  },
  {
    title: 'several names',
    annotations: { [name]: 'search-dev, checkout-prod' },
    roadie: 'fails',
    community: 'fails',
    ours: [search, mainProd],
  },
  {
    title: 'several names, one of them unknown',
    annotations: { [name]: 'search-dev,nowhere' },
    roadie: 'fails',
    community: 'fails',
    ours: [search],
    problems: ['application-not-found'],
  },
  {
    title: 'an unknown name',
    annotations: { [name]: 'nowhere' },
    roadie: [],
    community: [],
    ours: [],
    problems: ['no-application-found'],
  },
  {
    title: 'a name and a namespace',
    annotations: { [name]: 'checkout-dev', [namespace]: 'team-a' },
    roadie: [teamDev],
    community: [teamDev],
    ours: [teamDev],
  },
  {
    title: 'a name and Argo CD’s own namespace',
    annotations: { [name]: 'checkout-dev', [namespace]: 'argocd' },
    roadie: [mainDev, otherDev],
    community: [mainDev, otherDev],
    ours: [mainDev, otherDev],
  },
  {
    title: 'a name and an Instance',
    annotations: { [name]: 'checkout-dev', [instance]: 'other' },
    roadie: [mainDev, otherDev],
    community: [otherDev],
    ours: [otherDev],
  },
  {
    title: 'a name and several Instances',
    annotations: { [name]: 'checkout-dev', [instance]: 'main, other' },
    roadie: [mainDev, otherDev],
    community: [mainDev, otherDev],
    ours: [mainDev, otherDev],
    problems: ['application-ambiguous'],
  },
  {
    title: 'a name and an unknown Instance',
    annotations: { [name]: 'checkout-dev', [instance]: 'nowhere' },
    roadie: [mainDev, otherDev],
    community: 'fails',
    ours: [],
    problems: ['instance-unknown', 'no-application-found'],
  },
  {
    title: 'a name and a project',
    annotations: { [name]: 'checkout-dev', [project]: 'team-a' },
    roadie: 'fails',
    community: [teamDev],
    ours: [teamDev],
  },
  {
    title: 'a selector',
    annotations: { [selector]: 'app=checkout' },
    roadie: [mainDev, mainProd, teamDev, otherDev],
    community: [mainDev, mainProd, teamDev, otherDev],
    ours: [mainDev, mainProd, teamDev, otherDev],
  },
  {
    title: 'a selector of every kind of requirement',
    annotations: {
      [selector]: 'app==checkout,environment in (dev, test),!missing,weight<5',
    },
    roadie: [mainDev],
    community: [mainDev],
    ours: [mainDev],
  },
  {
    title: 'a selector that denies',
    annotations: { [selector]: 'app!=checkout,environment notin(prod)' },
    roadie: [search, apart],
    community: [search, apart],
    ours: [search, apart],
  },
  {
    title: 'a selector and a namespace',
    annotations: { [selector]: 'app=checkout', [namespace]: 'team-a' },
    roadie: [teamDev],
    community: [teamDev],
    ours: [teamDev],
  },
  {
    title: 'a selector and an Instance',
    annotations: { [selector]: 'app=checkout', [instance]: 'other' },
    roadie: [mainDev, mainProd, teamDev, otherDev],
    community: [otherDev],
    ours: [otherDev],
  },
  {
    title: 'a selector and a project',
    annotations: { [selector]: 'app=checkout', [project]: 'shop' },
    roadie: [mainDev, mainProd, teamDev, otherDev],
    community: [mainDev, mainProd, otherDev],
    ours: [mainDev, mainProd, otherDev],
  },
  {
    title: 'a selector that is none',
    annotations: { [selector]: 'app in (' },
    roadie: 'fails',
    community: 'fails',
    ours: [],
    problems: ['annotation-not-understood', 'no-application-found'],
  },
  {
    title: 'a name and a selector',
    annotations: { [name]: 'search-dev', [selector]: 'environment=prod' },
    roadie: 'fails',
    community: 'fails',
    ours: [search, mainProd],
  },
  {
    title: 'a project alone',
    annotations: { [project]: 'search' },
    roadie: [search],
    community: 'fails',
    ours: [search],
  },
  {
    title: 'a project and a namespace',
    annotations: { [project]: 'team-a', [namespace]: 'team-a' },
    roadie: [teamDev, apart],
    community: 'fails',
    ours: [teamDev, apart],
  },
  {
    title: 'the proxy of one Argo CD',
    annotations: { [name]: 'search-dev', 'argocd/proxy-url': '/argocd/api2' },
    roadie: [search],
    community: [search],
    ours: [search],
    problems: ['annotation-not-understood'],
  },
  {
    title: 'the id that Applications carry as a label',
    annotations: { 'backstage.io/kubernetes-id': 'labelled' },
    roadie: 'fails',
    community: 'fails',
    ours: [search],
  },
  {
    title: 'nothing but the name of the entity',
    annotations: {},
    roadie: 'fails',
    community: 'fails',
    ours: [],
    problems: ['no-application-found'],
  },
];
