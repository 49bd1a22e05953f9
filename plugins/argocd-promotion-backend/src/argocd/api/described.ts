import { components, operations } from './argocd.generated';

/**
 * The parts of Argo CD's objects that the product reads, taken from Argo CD's own description of its API (3.6): a field that
 * is not in there does not compile. The description calls every field optional and no list null; what is known better
 * from its source and from recordings of a real one is said here, with {@link Read} and {@link Corrected}.
 */
export type Described = components['schemas'];

/** The fields of `T` that are read: those that may be missing, and those that are there whenever the object is. */
export type Read<
  T,
  MayBeMissing extends keyof T,
  Always extends keyof T = never,
> = Pick<T, MayBeMissing> & Required<Pick<T, Always>>;

/**
 * Fields of `T` whose type on the wire is not the described one. Mostly a list that Go sends as `null` when it is
 * empty: the description knows no null.
 */
export type Corrected<
  T,
  Fields extends { [K in keyof Fields]: K extends keyof T ? unknown : never },
> = Fields;

/** The query that an operation takes: one value each, as the URL has them. */
export type Query<Operation extends keyof operations> = {
  [K in keyof NonNullable<
    operations[Operation]['parameters']['query']
  >]?: string;
};
