// @ts-check

/**
 * Times are ISO 8601 strings in UTC.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('drift_episodes', table => {
    table.comment('Each drift of one object, from its beginning to its end');
    table.uuid('id').primary();
    table.string('instance', 255).notNullable();
    table.string('namespace', 255).notNullable();
    table.string('name', 255).notNullable();
    table.string('environment', 255).nullable();
    table
      .string('object', 64)
      .notNullable()
      .comment('Hash of Application and object');
    table.text('resource').notNullable().comment('JSON: which object');
    table.string('difference', 16).notNullable();
    table.string('cause', 16).notNullable();
    table.string('started_at', 24).notNullable();
    table
      .string('started_version', 24)
      .notNullable()
      .comment('resourceVersion of the Application that told of it, padded');
    table.string('ended_at', 24).nullable();
    table.string('ended_version', 24).nullable();
    table.string('ended', 16).nullable();
    table
      .string('open_key', 64)
      .nullable()
      .unique()
      .comment(
        'The object while it lasts: two replicas that see the same drift collide here',
      );
    table
      .string('heal_key', 100)
      .nullable()
      .unique()
      .comment('The object and the self-heal that ended it');
    table.string('fingerprint', 64).nullable().comment('Of what differs');
    table.text('fields').notNullable().comment('JSON');
    table.integer('more_fields').notNullable().defaultTo(0);
    table.integer('changes').notNullable().defaultTo(0);
    table.string('compared_at', 24).nullable();
    table.index(['instance', 'namespace', 'name', 'started_at']);
    table.index(['object', 'ended_version']);
    table.index(['ended_at']);
  });
  await knex.schema.createTable('drift_alerts', table => {
    table.comment('Repeated drift that the owner was told of');
    table.string('alert_key', 64).primary();
    table.string('alerted_at', 24).notNullable();
    table
      .string('last_seen_at', 24)
      .notNullable()
      .comment('While it goes on nobody is told again');
  });
  await knex.schema.createTable('drift_mutes', table => {
    table.comment('Drift that nobody is alerted of for a while');
    table.uuid('id').primary();
    table.string('entity_ref', 255).notNullable();
    table.string('environment', 255).notNullable();
    table.text('resource').nullable().comment('JSON; absent: all of it');
    table.text('reason').notNullable();
    table.text('muted_by').notNullable();
    table.string('muted_at', 24).notNullable();
    table.string('until', 24).notNullable();
    table.index(['entity_ref']);
    table.index(['until']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('drift_mutes');
  await knex.schema.dropTable('drift_alerts');
  await knex.schema.dropTable('drift_episodes');
};
