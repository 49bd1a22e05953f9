import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { renderInTestApp } from '@backstage/test-utils';
import { ago } from '../testing/fixtures';
import { SourceCommits } from './SourceCommits';

const commits = (amount: number) =>
  Array.from({ length: amount }, (_, i) => ({
    sha: `${i}abcdef0`.padEnd(40, '0'),
    message: `Change ${i}`,
    author: 'Ana Lima',
    committedAt: ago(60),
    ...(i === 0 ? { url: 'https://git.example.com/c/0' } : {}),
  }));
const change = (rest: object) => ({
  repository: 'registry.example.com/shop/checkout',
  from: 'a',
  to: 'b',
  commits: commits(1),
  ...rest,
});

describe('the commits of a release', () => {
  it('are linked, and folded when there are many', async () => {
    await renderInTestApp(
      <SourceCommits
        change={change({ commits: commits(8), more: true })}
        named
      />,
    );
    expect(
      screen.getByRole('list', { name: 'checkout: 8 and more commits new' }),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /0abcdef/ })).toHaveAttribute(
      'href',
      'https://git.example.com/c/0',
    );
    expect(screen.getAllByRole('listitem')).toHaveLength(5);
    await userEvent.click(screen.getByRole('button', { name: 'Show 3 more' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(8);
  });

  it('say when they are taken back', async () => {
    await renderInTestApp(
      <SourceCommits change={change({ back: true })} named={false} />,
    );
    expect(screen.getByText('1 commit taken back')).toBeInTheDocument();
  });
});
