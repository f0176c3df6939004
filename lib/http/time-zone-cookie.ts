/** No request header carries the browser's time zone, so a cookie does. It holds an IANA name and nothing about the user. */
export const timeZoneCookie = "portal-time-zone";
