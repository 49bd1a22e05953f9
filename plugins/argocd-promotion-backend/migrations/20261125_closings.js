// @ts-check

/**
 * Times are ISO 8601 strings in UTC.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('promotion_closings', table => {
    table.comment(
      'Pull requests of promotions that ended before they were merged; stored in the transaction that ends them',
    );
    table
      .uuid('promotion_id')
      .notNullable()
      .references('id')
      .inTable('promotions')
      .onDelete('CASCADE');
    table.string('repository', 1024).notNullable();
    table.integer('number').notNullable();
    table.string('since', 24).notNullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table
      .text('refusal')
      .nullable()
      .comment('What the host said to the last attempt');
    table
      .string('next_attempt_at', 24)
      .nullable()
      .comment('Null: nothing is left to be done')
      .index('promotion_closings_due_idx');
    table.primary(['promotion_id', 'repository', 'number']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('promotion_closings');
};
