// @ts-check

/**
 * Times are ISO 8601 strings in UTC with milliseconds: they sort as text and mean the same in every database.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('promotions', table => {
    table.comment('Requests to make an environment of an entity run a release');
    table.uuid('id').primary();
    table.text('entity_ref').notNullable();
    table.text('environment').notNullable();
    table.string('state', 32).notNullable();
    table.text('message').notNullable();
    table.text('requested_by').notNullable();
    table.string('plan_hash', 64).notNullable();
    table
      .text('plan', 'longtext')
      .notNullable()
      .comment('JSON of the plan as it was agreed to');
    table
      .text('data', 'longtext')
      .notNullable()
      .comment('JSON of everything that is never searched for');
    table.string('created_at', 24).notNullable();
    table.string('updated_at', 24).notNullable();
    table
      .string('state_since', 24)
      .notNullable()
      .comment('Start of the deadline of the current state');
    table.string('ended_at', 24).nullable();
    table
      .string('next_attempt_at', 24)
      .nullable()
      .comment('When the engine looks again without being told to');
    table
      .uuid('claim_owner')
      .nullable()
      .comment('The process that works on it');
    table
      .string('claim_until', 24)
      .nullable()
      .comment('End of the lease; another process may take it afterwards');
    table
      .integer('fence')
      .notNullable()
      .defaultTo(0)
      .comment('Grows with every claim; a writer with an older one is refused');
    table.index(['created_at', 'id'], 'promotions_newest_idx');
    table.index(
      ['entity_ref', 'environment', 'created_at'],
      'promotions_deployment_idx',
    );
    table.index(['ended_at', 'next_attempt_at'], 'promotions_due_idx');
  });
  // One active promotion an environment of an entity, whatever the number of replicas.
  await knex.raw(
    'create unique index promotions_one_active_uniq on promotions (entity_ref, environment) where ended_at is null',
  );

  await knex.schema.createTable('promotion_events', table => {
    table.comment(
      'Every change of state, appended in the transaction that makes it',
    );
    table
      .uuid('promotion_id')
      .notNullable()
      .references('id')
      .inTable('promotions')
      .onDelete('CASCADE');
    table.integer('sequence').notNullable();
    table.string('at', 24).notNullable();
    table.string('state', 32).notNullable();
    table.text('message').notNullable();
    table.text('actor').nullable();
    table.primary(['promotion_id', 'sequence']);
  });

  await knex.schema.createTable('promotion_approvals', table => {
    table.comment('Who agreed to which plan');
    table
      .uuid('promotion_id')
      .notNullable()
      .references('id')
      .inTable('promotions')
      .onDelete('CASCADE');
    table.string('approved_by', 255).notNullable();
    table.string('plan_hash', 64).notNullable();
    table.string('at', 24).notNullable();
    table.primary(['promotion_id', 'approved_by', 'plan_hash']);
  });

  await knex.schema.createTable('promotion_idempotency_keys', table => {
    table.comment('Requests that were answered already');
    table.string('principal', 255).notNullable();
    table.string('key', 255).notNullable();
    table.string('body_hash', 64).notNullable();
    table
      .uuid('promotion_id')
      .notNullable()
      .references('id')
      .inTable('promotions')
      .onDelete('CASCADE');
    table
      .string('expires_at', 24)
      .notNullable()
      .index('promotion_idempotency_keys_expiry_idx');
    table.primary(['principal', 'key']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('promotion_idempotency_keys');
  await knex.schema.dropTable('promotion_approvals');
  await knex.schema.dropTable('promotion_events');
  await knex.schema.dropTable('promotions');
};
