/**
 * Keeps an environment of an entity, or the whole entity, from being promoted into by itself (`autoPromote`) until
 * somebody lifts it. People may promote all the same. A rollback sets one.
 *
 * @public
 */
export interface Hold {
  entityRef: string;
  /** Absent: every environment of the entity. */
  environment?: string;
  reason?: string;
  /** The user or service that set it. */
  heldBy: string;
  /** Since when (ISO 8601, UTC). */
  at: string;
  /** The rollback that set it. */
  promotionId?: string;
}
