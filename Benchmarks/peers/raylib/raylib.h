// Stands in for raylib while PufferLib's cart-pole is built: drawing does nothing, stepping is whole.
#pragma once

typedef struct {
  unsigned char r, g, b, a;
} Color;

typedef struct {
  float x, y;
} Vector2;

enum { KEY_ESCAPE = 256, KEY_TAB = 258 };

#define IsKeyDown(key) 0
#define IsKeyPressed(key) 0
#define TextFormat(...) ""
#define InitWindow(...) ((void)0)
#define CloseWindow() ((void)0)
#define SetTargetFPS(rate) ((void)0)
#define ToggleFullscreen() ((void)0)
#define BeginDrawing() ((void)0)
#define EndDrawing() ((void)0)
#define ClearBackground(color) ((void)0)
#define DrawLine(...) ((void)0)
#define DrawLineEx(...) ((void)0)
#define DrawRectangle(...) ((void)0)
#define DrawText(...) ((void)0)
