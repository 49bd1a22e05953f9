// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('promotion_holds', table => {
    table.comment('Deployments that nothing is promoted into by itself');
    table.string('entity_ref', 255).notNullable();
    table
      .string('environment', 255)
      .notNullable()
      .comment('Empty: every environment of the entity');
    table.text('reason').nullable();
    table.text('held_by').notNullable();
    table.string('at', 24).notNullable();
    table.uuid('promotion_id').nullable().comment('The rollback that set it');
    table.primary(['entity_ref', 'environment']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('promotion_holds');
};
