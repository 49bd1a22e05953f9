import { Content, Header, Page } from '@backstage/core-components';
import { Route, Routes } from 'react-router-dom';
import { ClockProvider } from '../../hooks/clock';
import { RootDetails } from './RootDetails';
import { RootsList } from './RootsList';

/** The page's content: the list, and below it one root. */
export function RootsContent() {
  return (
    <ClockProvider>
      <Routes>
        <Route path="/" element={<RootsList />} />
        <Route path=":instance/:namespace/:name" element={<RootDetails />} />
      </Routes>
    </ClockProvider>
  );
}

/** The page in apps of the old frontend system, which bring no header of their own. */
export function RootsPage() {
  return (
    <Page themeId="tool">
      <Header
        title="App of Apps"
        subtitle="How the Applications of every environment hang together"
      />
      <Content>
        <RootsContent />
      </Content>
    </Page>
  );
}

/** The page in apps of the new frontend system. */
export function NfsRootsPage() {
  return (
    <Content>
      <RootsContent />
    </Content>
  );
}
