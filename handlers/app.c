/* The page of /app, and what it loads. */
#include "api/app.h"
#include "assets/assets.h"
#include "handlers/service.h"
#include "runtime/rt.h"

/* All that the page needs comes from here, and its script makes no markup out
 * of text. */
static const char app_policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

/* The page is asked for each time, and answered by 304 where it is the same;
 * a name with a hash never means anything else. */
static const char each_time[] = "no-cache";
static const char for_ever[] = "public, max-age=31536000, immutable";

bool
handle_get_app(struct rt_call *call, struct api_get_app_out *out)
{
	struct asset page = asset_app_html();

	rt_gzip_offer(call, page.bytes, page.gzip);
	return api_get_app_200(out, rt_str(app_policy), rt_str(each_time),
	    page.etag, page.bytes);
}

bool
handle_get_app_file(struct rt_call *call, const struct api_get_app_file_in *in,
    struct api_get_app_file_out *out)
{
	struct asset file;

	if (!asset_app(in->file, &file))
		return api_get_app_file_404(out,
		    rt_problem(call, &api_code_not_found,
			"The page has no such file, or has it no more"));

	rt_gzip_offer(call, file.bytes, file.gzip);
	if (rt_str_ends(in->file, ".js"))
		return api_get_app_file_200_javascript(out, rt_str(for_ever),
		    file.etag, file.bytes);
	if (rt_str_ends(in->file, ".css"))
		return api_get_app_file_200_css(out, rt_str(for_ever),
		    file.etag, file.bytes);
	return api_get_app_file_200_svg(out, rt_str(for_ever), file.etag,
	    file.bytes);
}
