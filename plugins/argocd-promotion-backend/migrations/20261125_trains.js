// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('promotions', table => {
    table
      .uuid('train_id')
      .nullable()
      .comment('The same for all promotions that are written as one');
    table.index(['train_id'], 'promotions_train_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  // Not by knex: in SQLite it makes the table anew, and what refers to its rows would go with the old one.
  await knex.raw('drop index promotions_train_idx');
  await knex.raw('alter table promotions drop column train_id');
};
