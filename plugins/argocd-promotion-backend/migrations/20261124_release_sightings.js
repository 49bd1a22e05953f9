// @ts-check

/**
 * Times are ISO 8601 strings in UTC.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('release_sightings', table => {
    table.comment('Which digests each Application was seen to run, in order');
    table.string('instance', 255).notNullable();
    table.string('namespace', 255).notNullable();
    table.string('name', 255).notNullable();
    table.string('repository', 512).notNullable();
    table
      .integer('sequence')
      .notNullable()
      .comment(
        'Of one image of one Application from 0; two replicas that see the same change collide here, and one row is kept',
      );
    table.string('digest', 255).notNullable();
    table
      .string('since', 40)
      .nullable()
      .comment('Unknown when it ran before anybody looked');
    table.primary(['instance', 'namespace', 'name', 'repository', 'sequence']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('release_sightings');
};
