"""Writes a small U-Net of the usual PyTorch code as TorchScript, an input, and what it makes of it.

unet.py FOLDER HEIGHT WIDTH WIDTHS...: FOLDER/unet.pt, input.raw and output.raw, float32 [2, 3, HEIGHT, WIDTH] and [2, 2, HEIGHT, WIDTH].
"""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F


class DoubleConv(nn.Module):
    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True))

    def forward(self, x):
        return self.double_conv(x)


class UNet(nn.Module):
    def __init__(self, in_channels, num_classes, features):
        super().__init__()
        self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
        for feature in features:
            self.encoder.append(DoubleConv(in_channels, feature))
            in_channels = feature
        for feature, deeper in zip(features[-2::-1], features[:0:-1]):
            self.decoder.append(nn.ConvTranspose2d(deeper, feature, 2, stride=2))
            self.decoder.append(DoubleConv(feature * 2, feature))
        self.final_conv = nn.Conv2d(features[0], num_classes, 1)

    def forward(self, x):
        skips = []
        for block in self.encoder[:-1]:
            x = block(x)
            skips.append(x)
            x = F.max_pool2d(x, 2, 2)
        x = self.encoder[-1](x)
        for i in range(0, len(self.decoder), 2):
            x, skip = self.decoder[i](x), skips.pop()
            if x.shape != skip.shape:
                x = F.interpolate(x, size=skip.shape[2:], mode="bilinear", align_corners=False)
            x = self.decoder[i + 1](torch.cat([skip, x], dim=1))
        return self.final_conv(x)


def main(folder, height, width, *features):
    torch.manual_seed(0)
    model = UNet(3, 2, features)
    images = torch.randn(2, 3, height, width)
    for _ in range(3):  # statistics that are not those of the start
        model(torch.randn(4, 3, 32, 32) * 2 + 1)
    model.eval()
    with torch.no_grad():
        torch.jit.trace(model, images).save(f"{folder}/unet.pt")
        images.numpy().tofile(f"{folder}/input.raw")
        model(images).numpy().tofile(f"{folder}/output.raw")
    torch.save(model.state_dict(), f"{folder}/state.pt")
    print(sum(p.numel() for p in UNet(3, 2, (64, 128, 256, 512, 1024)).parameters()))


main(sys.argv[1], *map(int, sys.argv[2:]))
