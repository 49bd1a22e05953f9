// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('promotion_approvals', table => {
    table.text('reason').nullable();
  });
  await knex.schema.alterTable('promotions', table => {
    table
      .text('override')
      .nullable()
      .comment(
        'JSON of who promoted past the gates, when, why and past which; written by people, never by the engine, and never taken away',
      );
    table
      .string('override_plan_hash', 64)
      .nullable()
      .comment('The plan that the gates were overridden for, and no other');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by knex: in SQLite it makes the table anew, and what refers to its rows would go with the old one.
  for (const [table, column] of [
    ['promotions', 'override_plan_hash'],
    ['promotions', 'override'],
    ['promotion_approvals', 'reason'],
  ])
    await knex.raw('alter table ?? drop column ??', [table, column]);
};
