import {
  AuthService,
  BackstageCredentials,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  AuthorizeResult,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  deploymentReadPermission,
  holdUpdatePermission,
  promotionApprovePermission,
  promotionCancelPermission,
  promotionCreatePermission,
  recordRebuildPermission,
  promotionOverridePermission,
} from '@fairway/backstage-plugin-argocd-promotion-common';
import { EnvironmentConfig } from '../config/types';
import { ResolvedPipeline } from '../deployments/types';
import { DeploymentAuthorizer } from '../permissions/DeploymentAuthorizer';
import { Subgroups } from '../permissions/GroupHierarchy';
import { ownersOf } from '../permissions/ownersOf';
import { DeploymentResource } from '../permissions/rules';
import { StoredPromotion } from './types';

/** Who asks. */
export interface Asker {
  /** The user's entity ref, or `service:<subject>`. */
  principal: string;
  /** Whom the user owns things as; empty for a service. */
  ownership: ReadonlySet<string>;
}

/** What conditions are held to. */
export interface AccessResources {
  /** Of an entity at hand, one an environment of its pipeline. */
  of(entity: Entity, pipeline?: ResolvedPipeline): DeploymentResource[];
  /** By `<entityRef>#<environment>`. */
  load(refs: string[]): Promise<Array<DeploymentResource | undefined>>;
}

/** Whose wish a promotion is: they are no second pair of eyes. */
export type FourEyes = Pick<
  StoredPromotion,
  'requestedBy' | 'upstreamRequester'
>;

/** Who may do what to a promotion. Answers why not, in words for people, or undefined when it is allowed. */
export class PromotionAccess {
  readonly #options: ConstructorParameters<typeof PromotionAccess>[0];
  readonly #auth: AuthService;
  readonly #authorizer: DeploymentAuthorizer;
  readonly #userInfo: Pick<UserInfoService, 'getUserInfo'>;
  readonly #groups: Subgroups;
  readonly #resources: AccessResources;

  constructor(options: {
    auth: AuthService;
    authorizer: DeploymentAuthorizer;
    /** For what is about no deployment. */
    permissions: Pick<PermissionsService, 'authorize'>;
    userInfo: Pick<UserInfoService, 'getUserInfo'>;
    resources: AccessResources;
    /** Without it, only the very group counts, and not those below it. */
    groups?: Subgroups;
  }) {
    this.#options = options;
    this.#auth = options.auth;
    this.#authorizer = options.authorizer;
    this.#userInfo = options.userInfo;
    this.#resources = options.resources;
    this.#groups = options.groups ?? { withSubgroups: refs => refs };
  }

  /** The same for somebody who looks at this pipeline, which needs not be found again. */
  about(pipeline: ResolvedPipeline): PromotionAccess {
    const { resources } = this.#options;
    return new PromotionAccess({
      ...this.#options,
      resources: { ...resources, of: entity => resources.of(entity, pipeline) },
    });
  }

  async identify(credentials: BackstageCredentials): Promise<Asker> {
    if (this.#auth.isPrincipal(credentials, 'user')) {
      const { userEntityRef, ownershipEntityRefs } =
        await this.#userInfo.getUserInfo(credentials);
      return {
        principal: userEntityRef,
        ownership: new Set(ownershipEntityRefs.map(ref => ref.toLowerCase())),
      };
    }
    const subject = this.#auth.isPrincipal(credentials, 'service')
      ? credentials.principal.subject
      : 'unknown';
    return { principal: `service:${subject}`, ownership: new Set() };
  }

  /** For each deployment whether its state may be seen. */
  async mayRead(
    credentials: BackstageCredentials,
    deployments: Array<{ entityRef: string; environment: string }>,
  ): Promise<boolean[]> {
    return this.#authorizer.authorize(
      credentials,
      deploymentReadPermission,
      deployments,
      this.#resources.load,
    );
  }

  async whyNotCreate(
    credentials: BackstageCredentials,
    asker: Asker,
    entity: Entity,
    environment: EnvironmentConfig,
  ): Promise<string | undefined> {
    const reasons = await this.whyNotCreateInto(credentials, asker, entity, [
      environment,
    ]);
    return reasons.get(environment.name);
  }

  /** By the name of the environment, for those into which it is not allowed. Asks for all permissions at once. */
  async whyNotCreateInto(
    credentials: BackstageCredentials,
    asker: Asker,
    entity: Entity,
    environments: EnvironmentConfig[],
  ): Promise<Map<string, string>> {
    const owners = ownersOf(entity);
    const entityRef = stringifyEntityRef(entity);
    const reasons = new Map<string, string>();
    for (const { name, promoters } of environments)
      if (!this.#isOneOf(asker, [...owners, ...promoters]))
        reasons.set(
          name,
          `Only owners (${owners.join(', ') || 'nobody'}) ${
            promoters.length > 0
              ? `and promoters (${promoters.join(', ')}) `
              : ''
          }may promote into ${name}, and ${asker.principal} is none of them`,
        );
    const others = environments.filter(({ name }) => !reasons.has(name));
    const allowed = await this.#allowed(
      credentials,
      promotionCreatePermission,
      entity,
      others,
    );
    others.forEach(({ name }, i) => {
      if (!allowed[i])
        reasons.set(
          name,
          `The permission ${promotionCreatePermission.name} is denied for ${entityRef} in ${name}`,
        );
    });
    return reasons;
  }

  async whyNotApprove(
    credentials: BackstageCredentials,
    asker: Asker,
    entity: Entity,
    environment: EnvironmentConfig,
    { requestedBy, upstreamRequester }: FourEyes,
  ): Promise<string | undefined> {
    if (asker.principal === requestedBy)
      return 'Whoever asked for a promotion may not approve or reject it; cancel it instead';
    if (asker.principal === upstreamRequester)
      return 'Whoever promoted it upstream may not approve or reject what was promoted by itself from there';
    const approvers = [...ownersOf(entity), ...environment.approvals.groups];
    if (!this.#isOneOf(asker, approvers)) {
      return `Only owners and approvers (${approvers.join(
        ', ',
      )}) may do this, and ${asker.principal} is none of them`;
    }
    return this.#denied(
      credentials,
      promotionApprovePermission,
      entity,
      environment,
    );
  }

  async whyNotCancel(
    credentials: BackstageCredentials,
    asker: Asker,
    entity: Entity,
    environment: EnvironmentConfig,
    requestedBy: string,
  ): Promise<string | undefined> {
    const allowed = [...ownersOf(entity), ...environment.promoters];
    if (asker.principal !== requestedBy && !this.#isOneOf(asker, allowed)) {
      return `Only whoever asked for it, owners and promoters may cancel a promotion, and ${asker.principal} is none of them`;
    }
    return this.#denied(
      credentials,
      promotionCancelPermission,
      entity,
      environment,
    );
  }

  /** By permission alone: it is for those who answer for the platform, also where they own nothing. */
  async whyNotOverride(
    credentials: BackstageCredentials,
    entity: Entity,
    environment: EnvironmentConfig,
  ): Promise<string | undefined> {
    return this.#denied(
      credentials,
      promotionOverridePermission,
      entity,
      environment,
    );
  }

  /** For each environment whether holds may be set and lifted there; asks for all permissions at once. */
  async mayHold(
    credentials: BackstageCredentials,
    entity: Entity,
    environments: Array<{ name: string }>,
  ): Promise<boolean[]> {
    return this.#allowed(
      credentials,
      holdUpdatePermission,
      entity,
      environments,
    );
  }

  /** By permission alone. */
  async whyNotHold(
    credentials: BackstageCredentials,
    entity: Entity,
    environment: EnvironmentConfig,
  ): Promise<string | undefined> {
    return this.#denied(credentials, holdUpdatePermission, entity, environment);
  }

  /** By permission alone. */
  async whyNotRebuild(
    credentials: BackstageCredentials,
  ): Promise<string | undefined> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission: recordRebuildPermission }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW
      ? undefined
      : `The permission ${recordRebuildPermission.name} is denied`;
  }

  /** By permission alone. */
  async whyNot(
    permission: ResourcePermission,
    credentials: BackstageCredentials,
    entity: Entity,
    environment: EnvironmentConfig,
  ): Promise<string | undefined> {
    return this.#denied(credentials, permission, entity, environment);
  }

  async #denied(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    entity: Entity,
    environment: EnvironmentConfig,
  ): Promise<string | undefined> {
    const [allowed] = await this.#allowed(credentials, permission, entity, [
      environment,
    ]);
    return allowed
      ? undefined
      : `The permission ${permission.name} is denied for ${stringifyEntityRef(
          entity,
        )} in ${environment.name}`;
  }

  async #allowed(
    credentials: BackstageCredentials,
    permission: ResourcePermission,
    entity: Entity,
    environments: Array<{ name: string }>,
  ): Promise<boolean[]> {
    const entityRef = stringifyEntityRef(entity);
    return this.#authorizer.authorize(
      credentials,
      permission,
      environments.map(({ name }) => ({ entityRef, environment: name })),
      () => {
        const resources = this.#resources.of(entity);
        return environments.map(({ name }) =>
          resources.find(({ environment }) => environment === name),
        );
      },
    );
  }

  /** Who is in a group below one of these is of it too. */
  #isOneOf(asker: Asker, refs: string[]): boolean {
    return this.#groups
      .withSubgroups(refs.map(ref => ref.toLocaleLowerCase('en-US')))
      .some(ref => asker.ownership.has(ref) || asker.principal === ref);
  }
}
