/**
 * The sign-in page of the demo.
 *
 * @packageDocumentation
 */
export { DemoSignInPage } from './DemoSignInPage';
