// libcurl, and its calls of variable arguments once for each kind of argument.
#ifndef MILLWRIGHT_CCURL_SHIM_H
#define MILLWRIGHT_CCURL_SHIM_H

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static inline CURLcode ccurl_set_number(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_set_size(CURL *curl, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_set_text(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *curl, CURLoption option, void *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode ccurl_set_address(CURL *curl, CURLU *value) {
    return curl_easy_setopt(curl, CURLOPT_CURLU, value);
}

typedef size_t (*ccurl_bytes)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*ccurl_open)(
    void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*ccurl_trace)(
    CURL *curl, curl_infotype kind, char *bytes, size_t count, void *context);
typedef int (*ccurl_progress)(
    void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d);

static inline CURLcode ccurl_on_bytes(CURL *curl, CURLoption option, ccurl_bytes function) {
    return curl_easy_setopt(curl, option, function);
}

static inline CURLcode ccurl_on_open(CURL *curl, ccurl_open function) {
    return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode ccurl_on_trace(CURL *curl, ccurl_trace function) {
    return curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, function);
}

static inline CURLcode ccurl_on_progress(CURL *curl, ccurl_progress function) {
    return curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, function);
}

static inline CURLcode ccurl_get_number(CURL *curl, CURLINFO which, long *value) {
    return curl_easy_getinfo(curl, which, value);
}

static inline CURLcode ccurl_get_size(CURL *curl, CURLINFO which, curl_off_t *value) {
    return curl_easy_getinfo(curl, which, value);
}

static inline CURLcode ccurl_get_text(CURL *curl, CURLINFO which, const char **value) {
    char *text = 0;
    CURLcode code = curl_easy_getinfo(curl, which, &text);
    *value = text;
    return code;
}

// The bytes of an Internet address: 4 or 16 of them, or 0 for another family.
static inline int ccurl_address_bytes(const struct curl_sockaddr *address, unsigned char *bytes) {
    if (address->family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)&address->addr)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)&address->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

static inline curl_socket_t ccurl_open_socket(const struct curl_sockaddr *address) {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

#endif
