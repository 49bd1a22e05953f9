import { Content, Header, InfoCard, Page } from '@backstage/core-components';
import Avatar from '@material-ui/core/Avatar';
import List from '@material-ui/core/List';
import ListItem from '@material-ui/core/ListItem';
import ListItemAvatar from '@material-ui/core/ListItemAvatar';
import ListItemText from '@material-ui/core/ListItemText';
import Typography from '@material-ui/core/Typography';

export type DemoUser = { entityRef: string; name: string; team?: string };

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map(word => word[0])
    .join('')
    .slice(0, 2)
    .toLocaleUpperCase('en-US');

export function UserChoice(props: {
  title: string;
  users: DemoUser[];
  onChoose: (entityRef: string) => void;
}) {
  const { title, users, onChoose } = props;
  return (
    <Page themeId="home">
      <Header title={title} />
      <Content>
        <InfoCard
          title="Sign in as"
          subheader="What you may do depends on who you are"
        >
          {users.length === 0 ? (
            <Typography>
              No users are configured: list them under demo.users, or start the
              demo with npm run demo.
            </Typography>
          ) : (
            <List aria-label="Users of the demo">
              {users.map(user => (
                <ListItem
                  key={user.entityRef}
                  button
                  component="button"
                  onClick={() => onChoose(user.entityRef)}
                >
                  <ListItemAvatar>
                    <Avatar aria-hidden>{initials(user.name)}</Avatar>
                  </ListItemAvatar>
                  <ListItemText primary={user.name} secondary={user.team} />
                </ListItem>
              ))}
            </List>
          )}
        </InfoCard>
      </Content>
    </Page>
  );
}
