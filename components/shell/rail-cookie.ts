/** Whether the rail is collapsed, kept in a cookie so that the server draws the page at its final width. */
export const railCookie = "portal-rail";
export const railCollapsed = "collapsed";
