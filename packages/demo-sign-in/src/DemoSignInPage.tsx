import { useState } from 'react';
import { ErrorPanel, ProxiedSignInPage } from '@backstage/core-components';
import {
  configApiRef,
  SignInPageProps,
  useApi,
} from '@backstage/core-plugin-api';
import Button from '@material-ui/core/Button';
import { chosenUser } from './chosenUser';
import { UserChoice } from './UserChoice';
import { withSignOut } from './withSignOut';

/**
 * Lists the users named in the configuration's `demo.users` and signs in as the chosen one.
 *
 * @remarks
 * The backend believes the choice only when its `demo` auth provider is configured, for development.
 *
 * @public
 */
export function DemoSignInPage({ onSignInSuccess }: SignInPageProps) {
  const config = useApi(configApiRef);
  const [user, setUser] = useState(chosenUser.get);

  const users = (config.getOptionalConfigArray('demo.users') ?? []).map(
    item => ({
      entityRef: item.getString('entityRef'),
      name: item.getString('name'),
      team: item.getOptionalString('team'),
    }),
  );

  const forget = () => {
    chosenUser.clear();
    setUser(undefined);
  };

  if (!user) {
    return (
      <UserChoice
        title={config.getOptionalString('app.title') ?? 'Backstage'}
        users={users}
        onChoose={entityRef => {
          chosenUser.set(entityRef);
          setUser(entityRef);
        }}
      />
    );
  }

  return (
    <ProxiedSignInPage
      provider="demo"
      headers={{ 'x-demo-user': user }}
      onSignInSuccess={identity =>
        onSignInSuccess(withSignOut(identity, chosenUser.clear))
      }
      ErrorComponent={({ error }) => (
        <>
          <ErrorPanel
            title={`Cannot sign in as ${user}`}
            error={error ?? new Error('The backend gave no reason')}
          />
          <Button variant="outlined" onClick={forget}>
            Choose another user
          </Button>
        </>
      )}
    />
  );
}
