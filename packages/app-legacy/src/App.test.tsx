import { render, screen } from '@testing-library/react';
import App from './App';

describe('App', () => {
  it('offers the configured users to sign in as', async () => {
    const data = {
      app: { title: 'The shop', baseUrl: 'http://localhost:3000' },
      backend: { baseUrl: 'http://localhost:7007' },
      demo: { users: [{ entityRef: 'user:default/ada', name: 'Ada Owner' }] },
    };
    // The app takes its configuration, unserialized, from where the bundler would have put it.
    process.env = Object.assign({}, process.env, {
      APP_CONFIG: [{ data, context: 'test' }],
    });

    render(<App />);

    expect(
      await screen.findByRole(
        'button',
        { name: /Ada Owner/ },
        { timeout: 15_000 },
      ),
    ).toBeInTheDocument();
  }, 60_000);
});
